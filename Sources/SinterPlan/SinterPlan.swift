// SinterPlan
