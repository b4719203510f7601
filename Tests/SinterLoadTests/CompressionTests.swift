import SinterLoad
import SinterModel
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct CompressionTests {
  private func mapping(_ file: String) -> String {
    "  - {file: \(file), nodes: [{label: N, id: \"{id}\"}]}\n"
  }

  private func rows(_ count: Int) -> String { (0..<count).map { "\($0)\n" }.joined() }

  @Test func gzipWithSeveralMembers() throws {
    let fixture = LoadFixture()
    fixture.write("a", "id\n" + rows(50_000))
    fixture.write("b", "50000\n50001\n")
    #expect(fixture.shell("gzip -c a > n.csv.gz && gzip -c b >> n.csv.gz"))
    #expect(try fixture.load(mapping("n.csv.gz")).nodes == 50_002)
  }

  @Test func zstd() throws {
    let fixture = LoadFixture()
    fixture.write("n.csv", "id\n" + rows(50_000))
    guard fixture.shell("zstd -q n.csv -o n.csv.zst") else {
      print("The program zstd is absent: the test of .zst input is skipped.")
      return
    }
    #expect(try fixture.load(mapping("n.csv.zst")).nodes == 50_000)
    #expect(fixture.shell("head -c 20000 n.csv.zst > cut.csv.zst"))
    #expect(
      fixture.failure(mapping("cut.csv.zst")).message.contains("is cut short: its zstd data ends in the middle, at byte 20000"))
  }

  @Test func truncatedGzip() {
    let fixture = LoadFixture()
    fixture.write("n.csv", "id\n" + rows(50_000))
    #expect(fixture.shell("gzip n.csv && head -c 5000 n.csv.gz > cut.csv.gz"))
    let failure = fixture.failure(mapping("cut.csv.gz"))
    #expect(failure.code == "LoadError.DamagedInput")
    #expect(failure.message.contains("cut.csv.gz` is cut short: its gzip data ends in the middle, at byte 5000"))
    #expect(access(fixture.storePath, F_OK) != 0)
  }

  @Test func damagedGzip() {
    let fixture = LoadFixture()
    fixture.write("n.csv", "id\n" + rows(50_000))
    #expect(fixture.shell("gzip n.csv && printf 'XXXXXXXX' | dd of=n.csv.gz bs=1 seek=20000 conv=notrunc 2>/dev/null"))
    let failure = fixture.failure(mapping("n.csv.gz"))
    #expect(failure.code == "LoadError.DamagedInput")
    #expect(failure.message.contains("is damaged: its gzip data breaks off near byte"))
  }

  @Test func aNameThatLies() {
    let fixture = LoadFixture()
    fixture.write("n.csv.gz", "id\n1\n")
    #expect(fixture.failure(mapping("n.csv.gz")).message.contains("is not gzip data"))
  }
}
