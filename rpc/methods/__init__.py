"""The methods, a module for each namespace, named as on the wire; `all` lists them."""
