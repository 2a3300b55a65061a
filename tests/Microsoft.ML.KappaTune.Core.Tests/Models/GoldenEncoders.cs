using System.Text.Json;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>The golden folder's models that are encoders.</summary>
internal static class GoldenEncoders
{
    /// <summary>One file of each model's folder; one empty row where there is no golden folder.</summary>
    public static IEnumerable<string> Files(string name) => Golden.Files("models", name).Select(row => row.Data).Where(IsEncoder);

    private static bool IsEncoder(string row)
    {
        if (row.Length == 0)
            return true;
        string file = Path.Combine(Golden.Root!, row);
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(file)!, "config.json")));
        return config.RootElement.GetProperty("model_type").GetString() is "bert" or "roberta" or "xlm-roberta" or "distilbert";
    }
}
