// SinterExecute
