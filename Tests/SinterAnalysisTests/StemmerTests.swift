import SinterAnalysis
import Testing

@Suite("English stems")
struct StemmerTests {
  /// Words and stems from the definition of the algorithm, and from its rules by hand.
  private static let pairs = """
    consign consign  consigned consign  consigning consign  consignment consign  consist consist  consisted consist
    consistency consist  consistent consist  consistently consist  consisting consist  consists consist  consolation consol
    consolations consol  consolatory consolatori  console consol  consoled consol  consoles consol  consolidate consolid
    consolidated consolid  consolidating consolid  consoling consol  consolingly consol  consols consol  consonant conson
    consort consort  consorted consort  consorting consort  conspicuous conspicu  conspicuously conspicu  conspiracy conspiraci
    conspirator conspir  conspirators conspir  conspire conspir  conspired conspir  conspiring conspir  constable constabl
    constables constabl  constance constanc  constancy constanc  constant constant
    knack knack  knackeries knackeri  knacks knack  knag knag  knave knave  knaves knave  knavish knavish  kneaded knead
    kneading knead  knee knee  kneel kneel  kneeled kneel  kneeling kneel  kneels kneel  knees knee  knell knell  knelt knelt
    knew knew  knick knick  knif knif  knife knife  knight knight  knightly knight  knights knight  knit knit  knits knit
    knitted knit  knitting knit  knives knive  knob knob  knobs knob  knock knock  knocked knock  knocker knocker
    knockers knocker  knocking knock  knocks knock  knopp knopp  knot knot  knots knot
    skis ski  skies sky  dying die  lying lie  tying tie  idly idl  gently gentl  ugly ugli  early earli  only onli  singly singl
    sky sky  news news  howe howe  atlas atlas  cosmos cosmos  bias bias  andes andes
    inning inning  innings inning  outing outing  canning canning  herring herring  earring earring  proceed proceed  exceed exceed
    succeed succeed  succeeds succeed
    caresses caress  ties tie  cries cri  gas gas  this this  gaps gap  kiwis kiwi  bus bus  glass glass  pass pass
    agreed agre  feed feed  luxuriating luxuri  hopping hop  hoping hope  hopped hop  hoped hope  bed bed  sing sing  fizzed fizz
    filing file  falling fall  tanned tan  conflated conflat  troubled troubl  sized size  bled bled
    cry cri  by by  say say  happy happi  enjoy enjoy  boy boy  toys toy
    relational relat  conditional condit  rational ration  valency valenc  digitizer digit  radically radic  differently differ
    vilely vile  analogously analog  vietnamization vietnam  predication predic  operator oper  feudalism feudal
    decisiveness decis  hopefulness hope  callousness callous  formality formal  sensitivity sensit  sensibility sensibl
    triplicate triplic  formative format  formalize formal  electricity electr  electrical electr  hopeful hope  goodness good
    revival reviv  allowance allow  inference infer  airliner airlin  adjustable adjust  defensible defens  irritant irrit
    replacement replac  adjustment adjust  dependent depend  adoption adopt  communism communism  activate activ
    homologous homolog  effective effect  bowdlerize bowdler
    generate generat  generates generat  generic generic  general general  generously generous  communication communic  communities communiti
    arsenal arsenal
    running run  runs run  runner runner  spatulas spatula  shoes shoe  dresses dress  women women  kitchens kitchen  knives knive
    holders holder  hanging hang  lights light  baking bake  cookies cooki  candles candl  yellow yellow  youth youth
    apology apolog  apologize apolog  biology biolog  hurriedly hurri  quickly quick  fully fulli  beautifully beauti
    """

  @Test("Words have the stems of the definition")
  func stems() throws {
    let analyzer = try Analyzer.named("english")
    let words = StemmerTests.pairs.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init)
    #expect(words.count % 2 == 0 && words.count > 300)
    for pair in stride(from: 0, to: words.count - 1, by: 2) {
      // A few of the list are stop words; none is in it by intention but `by` and `this`.
      let terms = analyzer.terms(of: words[pair])
      guard !terms.isEmpty else { continue }
      #expect(terms == [words[pair + 1]], "\(words[pair])")
    }
  }

  @Test("What is not an English word stays")
  func others() throws {
    let analyzer = try Analyzer.named("english")
    #expect(analyzer.terms(of: "a4s mp3s 1990s Größen x") == ["a4s", "mp3s", "1990s", "grossen", "x"])
  }
}
