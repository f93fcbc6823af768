"""What can be checked: record types, dictionaries, rules, loops, metrics and the capability map."""
