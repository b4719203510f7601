// SinterLearn
