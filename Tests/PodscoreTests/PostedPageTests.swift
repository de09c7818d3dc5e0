import PodScoring
import Testing
import WebhookServer

@testable import podscore

/// The page of `podscore http`, with the scanner and the fixer.
@Suite struct PostedPageTests {
    private static let pod = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: a
        spec:
          containers:
            - name: app # kept
              image: x

        """

    private func answer(
        _ manifest: String? = nil,
        byteLimit: Int = 1 << 20,
        _ change: (inout PageForm) -> Void = { _ in }
    ) -> (page: String, answer: PageAnswer) {
        var manifests = PostedManifests(ruleset: .kubesecV2, defaultNamespace: "payments")
        manifests.bodyByteLimit = 1_000
        var form = PageForm()
        form.manifest = manifest.map { Array($0.utf8) }
        change(&form)
        let answer = manifests.page(form, byteLimit: byteLimit)
        return (String(decoding: answer.bytes, as: UTF8.self), answer)
    }

    @Test func `Without a manifest there is a form and no result`() {
        let (page, answer) = answer()
        #expect(answer.completeness == .complete && answer.counts == ManifestAnswer.Counts())
        #expect(page.contains("<option value=\"podscore/v1\" selected>") && page.contains("data-limit=\"1000\""))
        #expect(page.contains("The result shows"))
        #expect(!page.contains("<details"))
    }

    @Test func `A manifest is scored by what is chosen, and fixed as podscore fix does`() {
        let (page, answer) = answer(Self.pod) { $0.minimum = "5" }
        #expect(answer.completeness == .complete && answer.counts.scored == 1)
        #expect(page.contains("minimum 5") && page.contains("Pod/a <small class=\"faint\">payments · line 1</small>"))
        #expect(page.contains("--- manifest.yaml\n+++ manifest.yaml\n") && page.contains("<ins>+"))
        #expect(page.contains(" name: app # kept\n"))
        #expect(page.contains("Score the fixed manifest"))
        let other = self.answer(Self.pod) { $0.ruleset = "kubesec/v2" }.page
        #expect(other.contains("ruleset kubesec/v2") && other.contains("<option value=\"kubesec/v2\" selected>"))
    }

    @Test func `A standard is checked, and a version that is not known is said`() {
        let page = answer(Self.pod) { $0.standard = "restricted@v1.31" }.page
        #expect(page.contains("violates restricted@v1.31"))
        #expect(answer(Self.pod) { $0.standard = "baseline@v1.99" }.page.contains("baseline@v1.99 is newer than v1.37; checked as latest"))
    }

    @Test func `An example is scored without a form, and a posted manifest counts more`() {
        #expect(answer { $0.example = "agent" }.answer.counts.scored == 1)
        #expect(answer { $0.example = "none" }.answer.counts == ManifestAnswer.Counts())
        #expect(answer("") { $0.example = "agent" }.answer.counts == ManifestAnswer.Counts())
    }

    @Test func `A text without content is asked for`() {
        #expect(answer(" \n\t\r\n").page.contains("Paste a manifest, drop a file, or take an example."))
    }

    @Test func `An invalid choice keeps the text`() {
        let (page, answer) = answer("name: kept") { $0.minimum = "x" }
        #expect(answer.completeness == .invalidChoice)
        #expect(page.contains("invalid minimum score &quot;x&quot;; use a whole number") && page.contains("\nname: kept</textarea>"))
    }

    @Test func `An invalid document is shown at its line, and the text is not edited`() {
        let (page, answer) = answer(Self.pod + "---\na: b: c\n")
        #expect(answer.counts.scored == 1 && answer.counts.invalid == 1)
        #expect(page.contains("id=\"line-10\" href=\"#object-2\"") && page.contains("A text with an invalid document is not edited."))
        #expect(!page.contains("class=\"diff\""))
    }

    @Test func `Beyond the limits a text is scored and not edited`() {
        let remark = "The text is too large to be edited here."
        func pods(_ count: Int) -> String { Array(repeating: Self.pod, count: count).joined(separator: "---\n") }
        func containers(_ count: Int) -> String { Self.pod + String(repeating: "    - {name: b, image: x}\n", count: count) }
        #expect(!answer(pods(50)).page.contains(remark) && answer(pods(51)).page.contains(remark))
        #expect(!answer(containers(20)).page.contains(remark) && answer(containers(200)).page.contains(remark))
        #expect(answer(Self.pod + String(repeating: "#", count: 256 << 10)).page.contains(remark))
    }

    @Test func `A page beyond the limit has neither result nor text`() {
        let (whole, _) = answer(Self.pod)
        let (page, answer) = answer(Self.pod, byteLimit: whole.utf8.count - 1)
        #expect(answer.completeness == .tooLarge && answer.counts.scored == 1)
        #expect(page.contains("The result would be larger than") && !page.contains("# kept"))
        #expect(self.answer(Self.pod, byteLimit: whole.utf8.count).answer.completeness == .complete)
    }
}
