import KubernetesAPI
import PodScoring
import Testing

/// `did you mean …`.
@Suite struct SuggestionTests {
    @Test(arguments: [
        ("RunAsNonroot", "RunAsNonRoot"), ("runasnonroot", "RunAsNonRoot"), ("RunAsNoRoot", "RunAsNonRoot"),
        ("RunsAsNonRoot", "RunAsNonRoot"),
        ("HostPdi", "HostPID"), ("CapDropAl", "CapDropAll"), ("Priviledged", "Privileged"), ("Privileged", "Privileged"),
    ])
    func `The most similar name is suggested`(text: String, name: String) {
        #expect(Suggestion.closest(to: text, among: RuleCatalog.builtIn.map(\.id)) == name)
    }

    @Test(arguments: ["", "Xyz", "SomethingElse", "Pod"])
    func `Nothing is suggested if no name is similar`(text: String) {
        #expect(Suggestion.closest(to: text, among: RuleCatalog.builtIn.map(\.id)) == nil)
    }

    @Test func `Swapping two adjacent characters is one edit`() {
        #expect(Suggestion.closest(to: "warm", among: ["wram", "wart"]) == "wram")
        #expect(Suggestion.closest(to: "wamr", among: ["warm"]) == "warm")
    }

    @Test func `The first of several equally similar names is suggested`() {
        #expect(Suggestion.closest(to: "HostP", among: ["HostA", "HostB"]) == "HostA")
        #expect(Suggestion.closest(to: "HostP", among: []) == nil)
    }
}
