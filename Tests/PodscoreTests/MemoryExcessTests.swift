import Testing

@testable import podscore

@Suite struct MemoryExcessTests {
    private static func mebibytes(_ count: Int64) -> Int64 { count << 20 }

    /// The answers for sizes in MiB, one check after the other.
    private static func looks(_ excess: inout MemoryExcess, _ sizes: [(resident: Int64, used: Int64)]) -> [Bool] {
        sizes.map { excess.isLarge(resident: mebibytes($0.resident), used: mebibytes($0.used)) }
    }

    @Test func `Memory in use is no excess, and freed memory is`() {
        var excess = MemoryExcess(resident: Self.mebibytes(22), used: Self.mebibytes(1))
        let inAndAfterFlood = Self.looks(&excess, [(63, 40), (63, 1)])
        #expect(inAndAfterFlood == [false, true])
        excess.trimmed(resident: Self.mebibytes(26), used: Self.mebibytes(1))
        let later = Self.looks(&excess, [(26, 1), (33, 1), (63, 40)])
        #expect(later == [false, false, false])
    }

    @Test func `After a trim without effect, the next one waits until more is free`() {
        var excess = MemoryExcess(resident: Self.mebibytes(20), used: 0)
        let first = Self.looks(&excess, [(60, 0)])
        #expect(first == [true])
        excess.trimmed(resident: Self.mebibytes(60), used: 0)
        let later = Self.looks(&excess, [(60, 0), (68, 0), (69, 0)])
        #expect(later == [false, false, true])
    }

    @Test func `The excess that the system takes back becomes normal`() {
        var excess = MemoryExcess(resident: Self.mebibytes(60), used: 0)
        let looks = Self.looks(&excess, [(30, 0), (39, 0)])
        #expect(looks == [false, true])
    }
}
