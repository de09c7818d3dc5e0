import Testing

@testable import WebhookServer

struct FormEncodingTests {
    private static func form(_ body: String, as contentType: String = "application/x-www-form-urlencoded") -> PageForm? {
        FormEncoding(contentType: contentType)?.form(in: Array(body.utf8).span)
    }

    private static func manifest(_ body: String, as contentType: String = "application/x-www-form-urlencoded") -> String? {
        form(body, as: contentType)?.manifest.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        ("application/x-www-form-urlencoded", true), ("Application/X-WWW-Form-URLencoded; charset=utf-8", true),
        ("multipart/form-data; boundary=a", true), ("multipart/form-data; charset=utf-8; Boundary=\"a b\"", true),
        ("multipart/form-data", false), ("multipart/form-data; boundary=", false), ("multipart/mixed; boundary=a", false),
        ("multipart/form-data; boundary=" + String(repeating: "a", count: 71), false), ("application/json", false), ("", false),
    ])
    func `A content type is that of a form or not`(type: String, isForm: Bool) {
        #expect((FormEncoding(contentType: type) != nil) == isForm)
    }

    @Test func `A form has the choices and the manifest`() throws {
        let form = try #require(Self.form("ruleset=podscore%2fv1&minimum=%2D9&standard=restricted%40v1.31&manifest=kind%3A+Pod&x=y"))
        #expect(form.ruleset == "podscore/v1" && form.minimum == "-9" && form.standard == "restricted@v1.31")
        #expect(form.manifest == Array("kind: Pod".utf8) && form.example == nil)
    }

    @Test(arguments: [
        ("manifest=a%0D%0Ab%0A%0Dc%0D", "a\nb\n\rc\r"), ("manifest=", ""), ("manifest", ""), ("&&manifest=a&", "a"),
        ("manifest=a&manifest=b", "a"), ("manifest=a&file=", "a"), ("manifest=a&file=b%0D%0A", "b\r\n"), ("file=b&manifest=a", "b"),
        ("a=b", nil), ("", nil), ("manifest=a=b", "a=b"),
    ])
    func `The manifest is the text of the field, or the file`(body: String, manifest: String?) {
        #expect(Self.manifest(body) == manifest)
    }

    @Test(arguments: ["manifest=%", "manifest=%4", "manifest=%4g", "%zz=a", "manifest=a&b=%"])
    func `A malformed escape makes no form`(body: String) {
        #expect(Self.form(body) == nil)
    }

    @Test func `A link's example is no field of a posted form`() {
        #expect(Self.form("example=web")?.example == nil)
    }

    private static let multipart = "multipart/form-data; boundary=----b"

    @Test func `A form in parts has the choices, the text and the file`() throws {
        let body = """
            ------b\r\nContent-Disposition: form-data; name="ruleset"\r\n\r\npodscore/v1\r\n------b\r
            content-disposition: FORM-DATA; filename="a;name=x"; Name=manifest\r\nContent-Type: text/plain\r\n\r\na\r\n------\r\nb\r\n------b\r
            Content-Disposition: form-data; name="file"; filename="name=manifest"\r\n\r\n\r\n------b--\r\n
            """
        let form = try #require(Self.form(body, as: Self.multipart))
        #expect(form.ruleset == "podscore/v1")
        #expect(form.manifest == Array("a\n------\nb".utf8))
        let withFile = body.replacing("name=manifest\"\r\n\r\n", with: "name=manifest\"\r\n\r\nfrom: file\r\n")
        #expect(Self.manifest(withFile, as: Self.multipart) == "from: file\r\n")
    }

    @Test(arguments: [
        "", "------b", "------b\r\n", "------b\r\n\r\n", "------b\r\n\r\na\r\n", "\r\n------b--", "x------b--", "------b-",
        "------b\r\nContent-Disposition: form-data; name=\"manifest\"\r\n\r\na\r\n------c--",
        "------b\r\n" + String(repeating: "x", count: 5_000) + "\r\n\r\na\r\n------b--",
        String(repeating: "------b\r\n\r\n\r\n", count: 20) + "------b--",
    ])
    func `Malformed parts make no form`(body: String) {
        #expect(Self.form(body, as: Self.multipart) == nil)
    }

    @Test func `A form without parts is empty`() {
        #expect(Self.form("------b--", as: Self.multipart) == PageForm())
    }
}
