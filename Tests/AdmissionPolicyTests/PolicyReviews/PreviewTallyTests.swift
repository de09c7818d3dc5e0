import AdmissionPolicy
import KubernetesAPI
import Testing

@Suite struct PreviewTallyTests {
    private static func lines(_ effects: [(String, PreviewedEffect)]) -> [String] {
        var tally = PreviewTally(namespace: "shop", policy: "payments")
        for (name, effect) in effects { tally.add(name, effect) }
        return tally.lines
    }

    @Test func `A change that denies nothing has no lines`() {
        #expect(Self.lines([]).isEmpty)
        #expect(Self.lines([("a", .allowed), ("b", .alreadyDenied)]).isEmpty)
    }

    @Test func `Pods with one reason are one line with the first name, sorted by it`() {
        let lines = Self.lines([
            ("web-c", .denied("score 1 is below the minimum 7")), ("db", .denied("forbidden: HostPID")),
            ("web-a", .denied("score 1 is below the minimum 7")), ("web-b", .denied("score 1 is below the minimum 7")),
            ("app-2", .denied("required: RunAsNonRoot")), ("app-1", .denied("required: RunAsNonRoot")), ("ok", .allowed),
        ])
        #expect(
            lines == [
                "existing Pods in Namespace shop would be denied by policy payments: 6 of 7",
                "app-1 (and 1 other Pod): required: RunAsNonRoot", "db: forbidden: HostPID",
                "web-a (and 2 other Pods): score 1 is below the minimum 7",
            ]
        )
    }

    @Test func `Pods that are denied already are only counted`() {
        let lines = Self.lines([("a", .denied("x")), ("b", .alreadyDenied), ("c", .alreadyDenied)])
        #expect(lines == ["existing Pods in Namespace shop would be denied by policy payments: 1 of 3; 2 already would be", "a: x"])
    }

    @Test func `A denial on a later day says the day`() {
        let day = CivilDate(daysSinceEpoch: 20_819)
        let later = Self.lines([("a", .deniedFrom(day)), ("b", .allowed)])
        #expect(later.first == "existing Pods in Namespace shop would be denied by policy payments on a later day: 1 of 2")
        #expect(later.last == "a: denied from \(day) on")
        let both = Self.lines([("a", .deniedFrom(day)), ("b", .denied("x"))])
        #expect(both.first == "existing Pods in Namespace shop would be denied by policy payments: 1 of 2, and 1 more on a later day")
    }

    @Test func `The order of Pods does not matter`() {
        let effects = (0..<40).map { number in ("pod-\(number % 20)", PreviewedEffect.denied("reason \(number % 7)")) }
        #expect(Self.lines(effects) == Self.lines(effects.reversed()))
    }
}
