using System.Text.Json;

/// <summary>Compares an exception with a recorded one: type, message, parameter name, and the same of the inner ones.</summary>
internal static class GoldenError
{
    /// <param name="expected">The recorded exception; null where nothing was thrown.</param>
    /// <param name="action">What throws.</param>
    /// <param name="folder">The folder that the recording calls <c>&lt;dir&gt;</c>.</param>
    public static void AssertThrows(JsonElement expected, Action action, string? folder = null)
    {
        Exception? thrown = Record.Exception(action);
        Assert.Equal(Describe(expected), thrown is null ? "nothing" : Describe(thrown, folder));
    }

    private static string Describe(JsonElement? error)
    {
        if (error is not { ValueKind: JsonValueKind.Object } recorded)
            return "nothing";
        string self = $"{recorded.Text("type")}: {recorded.Text("message")} [{recorded.Text("paramName")}]";
        return recorded.TryGetProperty("inner", out JsonElement inner) ? $"{self}\n<- {Describe(inner)}" : self;
    }

    private static string Describe(Exception exception, string? folder)
    {
        string message = folder is null ? exception.Message : exception.Message.Replace(folder, "<dir>");
        string self = $"{exception.GetType().FullName}: {message} [{(exception as ArgumentException)?.ParamName}]";
        return exception.InnerException is { } inner ? $"{self}\n<- {Describe(inner, folder)}" : self;
    }
}
