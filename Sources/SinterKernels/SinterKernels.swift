// SinterKernels
