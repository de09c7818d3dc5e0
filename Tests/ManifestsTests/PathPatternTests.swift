import Manifests
import Testing

struct PathPatternTests {
    @Test(
        arguments: [
            ("*.yaml", "a.yaml", true), ("*.yaml", "b/c/a.yaml", true), ("*.yaml", "a.yml", false), ("*.yaml", "a.yaml/b", false),
            ("templates", "templates", true), ("templates", "x/templates", true), ("templates/", "templates", true),
            ("charts/*.yaml", "charts/a.yaml", true), ("charts/*.yaml", "charts/b/a.yaml", false),
            ("charts/*.yaml", "x/charts/a.yaml", false),
            ("charts/**", "charts/b/a.yaml", true), ("**/test/*", "test/a", true), ("**/test/*", "x/y/test/a", true),
            ("**/test/*", "xtest/a", false), ("a/**/b", "a/b", true), ("a/**/b", "a/x/y/b", true), ("a/**/b", "a/xb", false),
            ("./a/b", "a/b", true), ("/a", "a", true), ("a?c", "abc", true), ("a?c", "aéc", true), ("x/a?c", "x/a/c", false),
            ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("[!a-c]x", "dx", true), ("[]x", "[]x", true), ("[x", "[x", true),
            ("[]]", "]", true), ("a[/]b", "a/b", false), ("", "a", false), ("**", "a/b", true), ("*", ".a", true),
        ] as [(String, String, Bool)]
    )
    func `A pattern matches names and paths`(pattern: String, path: String, fits: Bool) {
        #expect(PathPattern(pattern).matches(path) == fits)
    }

    @Test func `Many stars take time proportional to the product of both lengths`() {
        let pattern = PathPattern(String(repeating: "*a", count: 200) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 4000)))
    }
}
