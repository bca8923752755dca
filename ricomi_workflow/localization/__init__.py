"""Localization: values and codes as text in the reader's language and time zone.

Owns no tables. `formats` writes days, instants and amounts by CLDR; `message_text` turns codes with
parameters into sentences; `submission_text` renders a submitted form for reading;
`decision_rule_labels` names the settings of a decision rule; `workbooks` holds what every exported
workbook shares.
"""
