import SinterModel
enum PageCheck { static func checkOpening(_ f: PageFile) throws(SinterError) {} }
