import Glibc
import Testing

@testable import Platform

@Suite struct ProcessFactsTests {
    /// The number after a word in a line of a file in `/proc`.
    private static func number(_ word: String, in path: String) throws -> Double {
        let text = String(decoding: try FileContents.read(path, byteLimit: 1 << 20), as: UTF8.self)
        let words = text.split(separator: "\n").map { $0.split { $0 == " " || $0 == "\t" } }.first { $0.first.map(String.init) == word }
        return try #require(words.flatMap { $0.count > 1 ? Double($0[1]) : nil })
    }

    @Test func `Times and memory agree with other figures of the system`() throws {
        let hundredths = { Double(clock()) / 10_000 }
        let before = hundredths()
        let facts = try #require(ProcessFacts.current)
        // Both clocks are rounded, one of them to a hundredth of a second.
        #expect(facts.cpuSeconds * 100 >= before - 3 && facts.cpuSeconds * 100 <= hundredths() + 3)
        let resident = try Self.number("VmRSS:", in: "/proc/self/status") * 1_024
        #expect(resident / 2...resident * 2 ~= Double(facts.residentBytes))
        // No test runs in the second in which its machine starts.
        #expect(facts.startSeconds >= (try Self.number("btime", in: "/proc/stat")) + 1)
    }

    @Test func `Every open file counts`() throws {
        // Safety: the call reads the path's bytes and keeps no pointer.
        let opened = (0..<200).map { _ in unsafe open("/dev/null", O_RDONLY | O_CLOEXEC) }
        defer { for descriptor in opened { close(descriptor) } }
        #expect(try #require(ProcessFacts.current).openDescriptors >= 203)
    }

    @Test func `The figures have the start, the memory and the open files`() throws {
        let facts = try #require(ProcessFacts.current)
        let now = Double(UnixTime.now.seconds)
        #expect(facts.startSeconds > now - 86_400 && facts.startSeconds <= now + 1)
        #expect(facts.residentBytes > 1 << 20)
        #expect(try #require(facts.descriptorLimit) >= Int64(facts.openDescriptors))
    }
}
