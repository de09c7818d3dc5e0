import KubernetesAPI
import PodScoring
import PolicySources
import Reports
import Scanning
import WebhookServer

extension PostedManifests {
    /// Writes the page: the form and, if it has a text, the result beside it.
    func page(_ form: PageForm, byteLimit: Int) -> PageAnswer {
        let choices: PageChoices
        do throws(PageChoices.Problem) {
            choices = try PageChoices(ruleset: form.ruleset, minimum: form.minimum, standard: form.standard, defaultRuleset: pageRuleset)
        } catch {
            var page = emptyPage(PageChoices(pageRuleset))
            page.problem = error.sentence
            if let text = form.manifest { page.show(text) }
            return answer(page, .invalidChoice, byteLimit: byteLimit)
        }
        var page = emptyPage(choices)
        var counts = ManifestAnswer.Counts()
        let example = form.example.flatMap { PageExample(rawValue: $0) }
        if let text = form.manifest ?? example.map({ Array($0.text.utf8) }) {
            if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }) {
                page.problem = "Paste a manifest, drop a file, or take an example."
            } else {
                PageScan(choices, defaultNamespace: defaultNamespace, today: .now).show(text, on: &page) { counts.count($0) }
            }
        }
        return answer(page, counts: counts, byteLimit: byteLimit)
    }

    private func emptyPage(_ choices: PageChoices) -> ScorePage {
        ScorePage(version: Version.text, choices: choices, textByteLimit: bodyByteLimit)
    }

    /// The answer with a page; without the text if that makes it too large.
    private func answer(
        _ page: ScorePage,
        _ completeness: PageAnswer.Completeness = .complete,
        counts: ManifestAnswer.Counts = ManifestAnswer.Counts(),
        byteLimit: Int
    ) -> PageAnswer {
        let bytes = page.bytes
        let policy = ScorePage.contentPolicy
        guard bytes.count > byteLimit else { return PageAnswer(bytes, contentPolicy: policy, completeness, counts: counts) }
        var page = emptyPage(PageChoices(pageRuleset))
        page.problem = "The result would be larger than \(byteLimit) bytes. Score fewer documents at once."
        return PageAnswer(page.bytes, contentPolicy: policy, .tooLarge, counts: counts)
    }
}
