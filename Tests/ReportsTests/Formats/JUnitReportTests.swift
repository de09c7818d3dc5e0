import Foundation
import Reports
import Testing

/// The test results that build servers show.
@Suite struct JUnitReportTests {
    /// Reads XML into the names of elements with one attribute each.
    private final class Reading: NSObject {
        static func elements(_ text: String) throws -> [(name: String, attributes: [String: String])] {
            let tags = text.matches(of: /<([a-z-]+)((?: [a-z]+="[^"<]*")*)\/?>/)
            return tags.map { tag in
                let attributes = tag.2.matches(of: /([a-z]+)="([^"]*)"/).map { (String($0.1), String($0.2)) }
                return (String(tag.1), Dictionary(attributes) { first, _ in first })
            }
        }
    }

    @Test func `A JUnit report has a suite for each file and a case for each document`() throws {
        let text = SampleReport.text(JUnitReport(), SampleReport.documents())
        let elements = try Reading.elements(text)
        #expect(
            elements.map(\.name) == [
                "testsuites", "testsuite", "testcase", "failure", "testsuite", "testcase", "skipped", "testsuite", "testcase", "error",
                "testsuite", "testcase", "system-out",
            ]
        )
        let whole = String(decoding: JUnitReport().piece(of: SampleReport.documents()), as: UTF8.self)
        let suite = try #require(try Reading.elements(whole).first)
        #expect(suite.attributes == ["name": "./dir/f 1,2.yaml", "tests": "4", "failures": "1", "errors": "1", "skipped": "1"])
        #expect(whole.contains("container &quot;a,b:&lt;c&gt;&quot;: ") && whole.contains("name=\"Pod/100%\\u{A}sure.default\""))
        #expect(whole.contains("line=\"14\">\n      <skipped message=\"no rules for kind ConfigMap\"/>"))
    }

    @Test func `Characters that XML forbids are shown by number`() throws {
        let text = SampleReport.text(JUnitReport(), SampleReport.documents("kind: Pod\nmetadata: {name: \"a\\u0001\\uFFFE\\u001b\"}\n"))
        #expect(text.contains("name=\"Pod/a\\u{1}\\u{FFFE}\\u{1B}.default\""))
    }
}
