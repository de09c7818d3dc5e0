import PodScoring
import Testing

/// `did you mean …`.
@Suite struct SuggestionTests {
    @Test(arguments: [
        ("RunAsNonroot", "RunAsNonRoot"), ("runasnonroot", "RunAsNonRoot"), ("RunAsNoRoot", "RunAsNonRoot"),
        ("RunsAsNonRoot", "RunAsNonRoot"),
        ("HostPdi", "HostPID"), ("CapDropAl", "CapDropAll"), ("Priviledged", "Privileged"), ("Privileged", "Privileged"),
    ])
    func `The nearest name is suggested`(text: String, name: String) {
        #expect(Suggestion.closest(to: text, among: RuleCatalog.builtIn.map(\.id)) == name)
    }

    @Test(arguments: ["", "Xyz", "SomethingElse", "Pod"])
    func `Nothing is suggested when nothing is near`(text: String) {
        #expect(Suggestion.closest(to: text, among: RuleCatalog.builtIn.map(\.id)) == nil)
    }

    @Test func `Two neighbours that are swapped are one edit`() {
        #expect(Suggestion.closest(to: "warm", among: ["wram", "wart"]) == "wram")
        #expect(Suggestion.closest(to: "wamr", among: ["warm"]) == "warm")
    }

    @Test func `Of equally near names the first is suggested`() {
        #expect(Suggestion.closest(to: "HostP", among: ["HostA", "HostB"]) == "HostA")
        #expect(Suggestion.closest(to: "HostP", among: []) == nil)
    }
}
