import Testing

@testable import podscore

/// The name by which kubectl runs the program.
struct PluginNameTests {
    @Test func `Help and usage name the program as kubectl calls it`() {
        let text =
            "USAGE: podscore policy check\n\n  podscore scan pod.yaml\nSee 'podscore policy --help'\n./podscore scan; podscore-bin podscore: x"
        #expect(PluginName.shown(in: text, for: "podscore") == text)
        #expect(
            PluginName.shown(in: text, for: "kubectl-podscore")
                == "USAGE: kubectl podscore policy check\n\n  kubectl podscore scan pod.yaml\nSee 'kubectl podscore policy --help'\n"
                + "./podscore scan; podscore-bin podscore: x"
        )
    }
}
