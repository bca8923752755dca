"""The public catalogue: what the network shows to everybody, projected on purpose.

Owns `catalogue_entry`, `catalogue_facet`, the search index, `catalogue_change`, `catalogue_set` and
`fact_confirmation`.
Verbs: `project_case` (in the act that moves a case), `write_entry` (of what is no case),
`rebuild_catalogue`, `respond_to_facts` (a State confirms or disputes the facts of an entry).
Queries: `search_entries`, `get_entry`. Public pages read these tables only.
Invariants: a field is public only if its form says so; an entry of a case exists exactly while it
is in a state that the workflow marks `catalogued`, that of an adopted decision from then on;
incremental projection equals a full rebuild; a search answers what its reading sees, from sets that
the process keeps (`index`, `cache`) or by plain statements (`search_query`), alike.
"""
