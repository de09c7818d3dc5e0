import KubernetesAPI
import Testing

@testable import ClusterAudit

@Suite struct LabelSelectorTests {
    private static let labels = [
        RunningLabel(key: "app", value: "web"), RunningLabel(key: "example.com/tier", value: ""), RunningLabel(key: "a", value: "1"),
    ]

    @Test(arguments: [
        ("app=web", true), ("app==web", true), ("app = web", true), ("app=db", false), ("app!=db", true), ("app!=web", false),
        ("none!=x", true), ("app", true), ("none", false), ("!none", true), ("! app", false), ("app in (db, web)", true),
        ("app in(db)", false), ("app notin (db)", true), ("none notin (a)", true), ("app notin (web,db)", false),
        ("app=web,a=1", true), ("app in (web,db),a=2", false), ("example.com/tier=", true), ("example.com/tier in ()", true),
        ("app=we\u{308}b", false),
    ])
    func `A selector matches as in kubectl`(text: String, matches: Bool) throws {
        guard !text.unicodeScalars.contains("\u{308}") else {
            #expect(throws: LabelSelector.Problem.self) { try LabelSelector(parsing: text) }
            return
        }
        #expect(try LabelSelector(parsing: text).matches(Self.labels) == matches)
    }

    @Test(arguments: ["", ",", "a,", "=b", "a in b", "a in (b", "a>1", "a b", "!a=b", "a=b c", "a in (b) c", "(a)"])
    func `A text that is no selector is rejected with the reason`(text: String) {
        let error = #expect(throws: LabelSelector.Problem.self) { try LabelSelector(parsing: text) }
        #expect(error?.description.hasPrefix("invalid label selector \(text.debugDescription): ") == true)
    }
}
