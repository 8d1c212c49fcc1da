"""What runs both programs in turn and compares what they took."""
