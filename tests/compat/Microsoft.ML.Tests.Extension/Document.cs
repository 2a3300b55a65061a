namespace Microsoft.ML.Tests.Extension;

public sealed class Document
{
    public string Text { get; set; } = "";

    public string Label { get; set; } = "";
}
