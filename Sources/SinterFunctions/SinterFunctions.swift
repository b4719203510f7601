// SinterFunctions
