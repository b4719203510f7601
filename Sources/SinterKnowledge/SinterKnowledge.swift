// SinterKnowledge
