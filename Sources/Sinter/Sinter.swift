// Sinter
