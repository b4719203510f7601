// The vocabulary of values and errors is part of the library's own surface: `import Sinter` is enough.
@_exported public import SinterModel
