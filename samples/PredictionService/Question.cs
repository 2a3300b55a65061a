using System.Text.Json;

/// <summary>What a client asks: {"text": "..."}, whatever it says of the content's type.</summary>
internal sealed record Question(string? Text)
{
    /// <summary>Bytes of a request. No message that a person writes comes near.</summary>
    public const int LongestBody = 100_000;

    // A model reads the first tokens of a text, and what is cut after that needn't be split into tokens. No token of words is that long.
    private const int MostCharacters = 20_000;

    /// <summary>Reads a question's text, or says what is wrong with it.</summary>
    public static async Task<(string Text, IResult? Problem)> ReadAsync(HttpRequest request)
    {
        try
        {
            Question? question = await JsonSerializer.DeserializeAsync<Question>(request.Body, JsonSerializerOptions.Web, request.HttpContext.RequestAborted);
            return string.IsNullOrWhiteSpace(question?.Text)
                ? ("", Problem("The field \"text\" is missing or empty: send {\"text\": \"...\"}."))
                : (question.Text[..Math.Min(question.Text.Length, MostCharacters)], null);
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

    private static IResult Problem(string detail, int status = StatusCodes.Status400BadRequest) => Results.Problem(detail, statusCode: status);
}
