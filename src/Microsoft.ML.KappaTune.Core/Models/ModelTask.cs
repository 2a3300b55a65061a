namespace Microsoft.ML.KappaTune.Models;

/// <summary>What a model does, and so which of a family's classes its <c>config.json</c> names.</summary>
internal enum ModelTask
{
    Encoding,
    SequenceClassification,
    MaskedLanguageModeling,
    CausalLanguageModeling,
}

internal static class ModelTasks
{
    /// <summary>What the name of such a class in transformers ends with.</summary>
    public static string ClassSuffix(this ModelTask task) => task switch
    {
        ModelTask.Encoding => "Model",
        ModelTask.SequenceClassification => "ForSequenceClassification",
        ModelTask.MaskedLanguageModeling => "ForMaskedLM",
        ModelTask.CausalLanguageModeling => "ForCausalLM",
        _ => throw new ArgumentOutOfRangeException(nameof(task), task, null),
    };
}
