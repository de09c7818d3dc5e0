import Testing

@testable import AdmissionPolicy

/// The options of a floor in an annotation.
struct FloorOptionsTests {
    @Test func `Options are read as they were written`() throws {
        var options = FloorOptions()
        #expect(options.text == "--mode=enforce")
        #expect(FloorOptions(parsing: options.text) == options)
        (options.minimum, options.mode, options.ownNamespace) = (-4, .warn, "podscore")
        options.excludedNamespaces = ["kube-system", "storage"]
        #expect(
            options.text
                == "--floor-minimum=-4 --mode=warn --own-namespace=podscore --exclude-namespace=kube-system --exclude-namespace=storage"
        )
        #expect(FloorOptions(parsing: options.text) == options)
    }

    @Test(arguments: ["--floor-minimum=high", "--mode=other", "--other=1", "--mode"]) func `Unknown options are not read`(text: String) {
        #expect(FloorOptions(parsing: text) == nil)
    }
}
