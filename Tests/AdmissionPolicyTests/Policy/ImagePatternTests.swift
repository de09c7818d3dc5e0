import Testing

@testable import AdmissionPolicy

struct ImagePatternTests {
    @Test(arguments: [
        ("a:1", nil, "a:1"), ("a:1", "sha256:0", "a@sha256:0"), ("h:5000/a", "sha256:0", "h:5000/a@sha256:0"), ("a:1@b:2", nil, "a@b:2"),
        ("a@b:2", "sha256:0", nil), ("", nil, nil), ("*", nil, nil), ("a:*", nil, nil), ("a b", nil, nil), ("/a", nil, nil),
        (":1", nil, nil),
        ("a", "sha256:*", nil),
    ])
    func `A pattern can name one image and no other`(image: String, digest: String?, pattern: String?) {
        #expect(ImagePattern(naming: image, running: digest)?.text == pattern)
    }

    static let digest = "sha256:0af5"

    @Test(arguments: [
        // As written, part by part.
        ("nginx", "nginx", true), ("nginx", "nginx:1", false),
        ("nginx", "nginx@sha256:0af5", false), ("nginx", "docker.io/library/nginx", false),
        ("docker.io/library/nginx", "nginx", false),
        ("quay.io/a/b:v1", "quay.io/a/b:v1", true), ("quay.io/a/b:v1", "Quay.io/a/b:v1", false),
        ("quay.io/a/b:v1", "evil.io/quay.io/a/b:v1", false), ("quay.io/a/b:v1", "quay.io/a/b:v1.evil", false),
        // No `*` matches a `/`.
        ("quay.io/*", "quay.io/app:v1", true), ("quay.io/*", "quay.io/a/app:v1", false), ("quay.io/a/*", "quay.io/a/b/c", false),
        ("quay.io/**", "quay.io/a/b", false), ("*/app:v1", "quay.io/app:v1", true), ("*/app:v1", "evil.io/x/app:v1", false),
        ("*", "app:v1", true), ("*", "quay.io/app", false),
        ("*/*/*", "a.io/b/c@sha256:0af5", true), ("quay*/app", "quay.io/evil/app", false),
        ("*:v1", "a/b:v1", false), ("q*/a*c/d", "quay.io/abbc/d", true),
        ("q*/a*c/d", "quay.io/abb/c/d", false), ("a*b*c/d", "axbxc/d", true),
        ("a*b*c/d", "axbx/c/d", false), ("*a/b", "ca/a/b", false),
        // A port is not a tag.
        ("host:5000/app", "host:5000/app", true),
        ("host:5000/app", "host:5000/app:v1", false), ("host:5000/app:*", "host:5000/app:v1", true),
        ("host/app:*", "host:5000/app:v1", false), ("host:*/app", "host:5000/app", true), ("host:*/app", "host:5000/app:v1", false),
        ("host:*", "host:5000/evil", false), ("host:*", "host:5000", true), ("host*", "host:5000/evil", false),
        // Tags.
        ("a/b:*", "a/b:v1", true), ("a/b:*", "a/b", false), ("a/b:v1.*", "a/b:v1.2", true), ("a/b:v1.*", "a/b:v2.1", false),
        ("a/b*:v1", "a/bcd:v1", true), ("a/b*:v1", "a/bcd:v2", false), ("a/*", "a/b", true), ("a/b*", "a/b:v1", true),
        // The digest decides which image runs, whatever the tag next to it.
        ("a/b@sha256:0af5", "a/b@sha256:0af5", true), ("a/b@sha256:0af5", "a/b:v9@sha256:0af5", true),
        ("a/b@sha256:0af5", "a/b@sha256:0af6", false), ("a/b@sha256:0af5", "a/b:v1", false), ("a/b@sha256:*", "a/b:v1@sha256:0af5", true),
        ("a/b@sha256:*", "a/b@sha512:0af5", false), ("a/b:v1", "a/b:v1@sha256:0af5", false), ("a/b:v1.*", "a/b:v1.2@sha256:0af5", false),
        ("a/b:*", "a/b:v1@sha256:0af5", true), ("a/b:*", "a/b@sha256:0af5", false), ("a/b:v1@sha256:*", "a/b:v1@sha256:0af5", true),
        ("a/b:v1@sha256:*", "a/b:v2@sha256:0af5", false),
        ("a/b:v1@sha256:*", "a/b@sha256:0af5", false), ("a/*", "a/b:v1@sha256:0af5", true),
        ("a/b@*", "a/b@sha256:0af5", true), ("a/b@sha256:0af5", "a/b@x@sha256:0af5", false),
        // No `*` matches a `/` in a tag or a digest either.
        ("quay.io/team/app@*", "quay.io/team/app@sha256:x/evil", false), ("quay.io/team/app:*", "quay.io/team/app:a@b/evil", false),
        ("quay.io/team/*", "quay.io/team/app@sha256:x/evil", false), ("quay.io/team/app*", "quay.io/team/app:a@b/evil", false),
        ("quay.io/team/app:v1@*", "quay.io/team/app:v1@b/evil", false), ("quay.io/team/app@b/*", "quay.io/team/app@b/evil", true),
        // Invalid images.
        ("a/b", "", false), ("*", "", true), ("a/b:*", "a/b:", true),
        ("a/b", "a//b", false), ("a/*/b", "a//b", true), ("a/b", "a/b/", false),
    ])
    func `An image matches by registry and repository, then by tag or digest`(pattern: String, image: String, matches: Bool) {
        #expect(ImagePattern(pattern).matches(image) == matches)
    }

    @Test(arguments: [
        ("quay.io/prometheus/node-exporter:v1.9.1", true), ("quay.io/prometheus/node-exporter@sha256:0af5", true),
        ("quay.io/prometheus/node-exporter:*", true), ("quay.io/app:*", true), ("nginx", true), ("nginx:*", true), ("localhost/app", true),
        ("host:5000/team/app", true),
        ("*", false), ("**", false), ("*:v1", false), ("*@sha256:*", false), ("*/prometheus/node-exporter:v1", false), ("quay.io/*", false),
        ("quay.io/prometheus/*", false), ("team/*", false), ("quay.io/team/*/app", false), ("quay.io/*/node-exporter", false),
        ("docker.io/library/ng*", false), ("quay*/prometheus/app", false), ("ngin*", false), ("host:*/team/app", false), ("/app", false),
        ("quay.io//app", false), ("@sha256:0af5", false),
    ])
    func `A pattern names a repository if it has no star there`(pattern: String, names: Bool) {
        #expect(ImagePattern(pattern).namesRepository == names)
    }

    @Test func `Patterns of images have limits`() {
        #expect(throws: NameFault.tooLong(count: 513)) { try ImagePattern(parsing: String(repeating: "a", count: 513)) }
        #expect(throws: NameFault.empty) { try ImagePattern(parsing: "") }
        #expect(throws: NameFault.character) { try ImagePattern(parsing: "a b") }
        #expect(throws: Never.self) { try ImagePattern(parsing: String(repeating: "*", count: 512)) }
    }
}
