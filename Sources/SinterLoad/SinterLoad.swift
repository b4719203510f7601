// SinterLoad
