"""A form as a page: its fields, tables and files, and the draft that several people share."""
