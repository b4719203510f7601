#include "CSinterKernels.h"
