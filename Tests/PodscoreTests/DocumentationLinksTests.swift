import Foundation
import Testing

/// The links of the documentation to files of the repository.
@Suite struct DocumentationLinksTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The pages at the top of the repository, in `docs` and in `docs/decisions`.
    private static let pages: [String] = ["", "docs/", "docs/decisions/"].flatMap { folder in
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)) ?? []
        return names.filter { $0.hasSuffix(".md") }.sorted().map { folder + $0 }
    }

    /// The targets of a text's links, without anchors; those that lead elsewhere are left out.
    private static func targets(of text: String) -> [String] {
        text.matches(of: /\]\(([^)#\s]+)[^)]*\)/).map { String($0.1) }.filter { !$0.contains("://") && !$0.hasPrefix("mailto:") }
    }

    @Test func `There are pages with links`() throws {
        #expect(Self.pages.contains("README.md") && Self.pages.contains("docs/architecture.md"))
        let text = try String(contentsOf: Self.root.appending(path: "docs/architecture.md"), encoding: .utf8)
        #expect(Self.targets(of: text).count > 40)
        #expect(Self.targets(of: "[a](b.md#c) [d](https://e.f/g) [h](../i)") == ["b.md", "../i"])
    }

    @Test(arguments: pages) func `Each link of a page leads to a file or folder`(page: String) throws {
        let url = Self.root.appending(path: page)
        let missing = Self.targets(of: try String(contentsOf: url, encoding: .utf8)).filter { target in
            !FileManager.default.fileExists(atPath: url.deletingLastPathComponent().appending(path: target).standardized.path)
        }
        #expect(missing == [])
    }

    @Test func `Each page is in the index`() throws {
        let index = Set(Self.targets(of: try String(contentsOf: Self.root.appending(path: "docs/README.md"), encoding: .utf8)))
        let pages = Self.pages.filter { $0.hasPrefix("docs/") && !$0.hasPrefix("docs/decisions/") && $0 != "docs/README.md" }
        #expect(pages.filter { !index.contains(String($0.dropFirst("docs/".count))) } == [])
    }

    @Test(arguments: ["README.md", "CONTRIBUTING.md", "docs/README.md"])
    func `The architecture can be found from the pages that a newcomer reads first`(page: String) throws {
        let text = try String(contentsOf: Self.root.appending(path: page), encoding: .utf8)
        #expect(Self.targets(of: text).contains { $0.hasSuffix("architecture.md") })
    }
}
