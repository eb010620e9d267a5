"""What a shop sells, as others tell it: Meta, and CSV files."""
