import Testing

@testable import FileSystem

@Suite struct ProcessFactsTests {
    @Test func `The process knows when it began, what it holds and what it has open`() throws {
        let facts = try #require(ProcessFacts.current)
        let now = Double(UnixTime.now.seconds)
        #expect(facts.startSeconds > now - 86_400 && facts.startSeconds <= now + 1)
        #expect(facts.residentBytes > 1 << 20)
        #expect(facts.cpuSeconds >= 0)
        #expect(facts.openDescriptors >= 3)
        #expect(try #require(facts.descriptorLimit) >= Int64(facts.openDescriptors))
    }
}
