// SinterStorage
