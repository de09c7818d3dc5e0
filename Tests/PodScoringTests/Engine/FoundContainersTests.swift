import KubernetesAPI
import TestSupport
import Testing

@testable import PodScoring

struct FoundContainersTests {
    @Test(arguments: 0..<40) func `Each container that is found gets a finding, in document order`(round: Int) {
        var random = SeededNumbers(seed: UInt64(round))
        let counts = (0..<3).map { _ in Int.random(in: 0...300, using: &random) }
        let share = Double(round) / 39
        var expected: [Finding] = []
        var findings: [Finding] = []
        var found = FoundContainers()
        for (list, count) in zip(ContainerList.allCases, counts) {
            for index in 0..<count where Double.random(in: 0..<1, using: &random) < share {
                expected.append(Finding(.container(list, index), .image))
                found.insert(index, in: list, makingRoomIn: &findings, ofAtMost: counts.reduce(0, +), at: .image)
            }
        }
        if !found.isEmpty { found.move(to: &findings, ofAtMost: counts.reduce(0, +), at: .image) }
        #expect(findings == expected)
        #expect(found.isEmpty)
    }

    @Test(arguments: 0..<200) func `Containers of two versions are matched by name, wherever they stand`(round: Int) {
        var random = SeededNumbers(seed: UInt64(round))
        let (pod, old) = (Self.pod(&random), Self.pod(&random))
        // Half of the rounds move nothing.
        let before = round % 2 == 0 ? pod : old
        let (findings, oldFindings) = (Self.findings(in: pod, &random), Self.findings(in: before, &random))
        var comparison = ContainerComparison(of: pod, with: before)
        comparison.forgetAll()
        comparison.mark(oldFindings)
        let names = Set(findings.compactMap { Self.name(of: $0, in: pod) })
        let oldNames = Set(oldFindings.compactMap { Self.name(of: $0, in: before) })
        #expect(comparison.areMarked(findings) == names.isSubset(of: oldNames))
        let all = Set(ContainerList.allCases.flatMap { pod[$0].map { Array($0.name.utf8) } })
        #expect(comparison.areAllMarked == all.isSubset(of: oldNames))
        comparison.forgetAll()
        #expect(comparison.areAllMarked == all.isEmpty)
        comparison.markAll()
        #expect(comparison.areAllMarked == all.isSubset(of: ContainerList.allCases.flatMap { before[$0].map { Array($0.name.utf8) } }))
    }

    /// A Pod with some of eight names, at random places.
    private static func pod(_ random: inout SeededNumbers) -> PodSpec {
        var pod = PodSpec()
        for name in ["a", "b", "c", "ä", "a\u{308}", "e", "f", "g"].shuffled(using: &random).prefix(Int.random(in: 0...8, using: &random)) {
            var container = Container()
            container.name = name
            pod[ContainerList.allCases.randomElement(using: &random) ?? .containers].append(container)
        }
        return pod
    }

    private static func findings(in pod: PodSpec, _ random: inout SeededNumbers) -> [Finding] {
        var findings = [Finding(.pod, .hostPID), Finding(.volume(0), .hostPath)]
        for list in ContainerList.allCases {
            for index in pod[list].indices where Int.random(in: 0..<3, using: &random) > 0 {
                findings.append(Finding(.container(list, index), .image))
            }
        }
        return findings
    }

    /// The bytes of the name of a finding's container.
    private static func name(of finding: Finding, in pod: PodSpec) -> [UInt8]? {
        pod.container(at: finding.place).map { Array($0.name.utf8) }
    }
}
