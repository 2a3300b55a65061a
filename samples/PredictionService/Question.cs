using System.Text.Json;

/// <summary>What a client asks: {"text": "..."}, whatever it says of the content's type.</summary>
internal sealed record Question(string? Text)
{
    /// <summary>Bytes of a request: no message that a person writes comes near, and a model reads the first tokens only.</summary>
    public const int LongestBody = 100_000;

    /// <summary>Reads a question's text, or says what is wrong with it.</summary>
    public static async Task<(string Text, IResult? Problem)> ReadAsync(HttpRequest request)
    {
        try
        {
            Question? question = await JsonSerializer.DeserializeAsync<Question>(
                request.Body, JsonSerializerOptions.Web, request.HttpContext.RequestAborted);
            return string.IsNullOrWhiteSpace(question?.Text)
                ? ("", Problem("The field \"text\" is missing or empty: send {\"text\": \"...\"}."))
                : (question.Text, null);
        }
        catch (JsonException)
        {
            return ("", Problem("The body isn't JSON of this form: {\"text\": \"...\"}."));
        }
        catch (BadHttpRequestException e)
        {
            return ("", Problem(e.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? $"The body has more than {LongestBody} bytes: send the beginning of the text." : e.Message, e.StatusCode));
        }
    }

    private static IResult Problem(string detail, int status = StatusCodes.Status400BadRequest) =>
        Results.Problem(detail, statusCode: status);
}
