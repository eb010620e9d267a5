"""The ports on one DynamoDB table. Keys are in keys.py, conditions in table.py."""
