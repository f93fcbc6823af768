"""How an organisation's own documents look from outside: logo and lines of their covers."""
