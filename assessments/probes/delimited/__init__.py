"""CSV and other delimited text, in any encoding and with any delimiter hospitals use."""
