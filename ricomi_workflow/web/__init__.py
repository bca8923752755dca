"""The one edge that speaks HTTP: pages in four languages, and the look of them.

A view resolves who asks, reads its input, calls one verb or query of a slice and renders a
template with plain frozen values (`components.py`), never rows. What the parts decide:

- `app` puts the application together; `headers`, `assets`, `i18n`, `errors` each own one concern;
- `wording` turns refusals and field errors into sentences (days, instants, money and names are
  written by `bodies.formats`, as in mails);
- `components` holds what the macros of `templates/components/` draw; `drawings` computes the
  geometry of ballots and bars; `form_view` and `table_view` turn a form definition into fields
  ready to render; `process_view` writes a process from its definition;
- `navigation` says who sees which entry of the menu.

Every HTML address starts with its language (`/es/…`). Nothing needs JavaScript.
"""
