"""Pages that compare hospitals: façades, outliers, what is hard, consortia, two side by side, bulletins."""
