using Microsoft.ML;
using Microsoft.ML.Runtime;

public class MLContextTests
{
    [Fact]
    public void Messages_arrive_with_source_and_kind()
    {
        var context = new MLContext();
        var messages = new List<LoggingEventArgs>();
        context.Log += (_, message) => messages.Add(message);

        IHost host = ((IHostEnvironment)context).Register("Outer").Register("Inner");
        using (IChannel channel = host.Start("Training"))
            channel.Warning(MessageSensitivity.None, "{0} of {1}", 1, 2);

        LoggingEventArgs warning = Assert.Single(messages, message => message.Kind == ChannelMessageKind.Warning);
        Assert.Equal("[Source=Inner; Training, Kind=Warning] 1 of 2", warning.Message);
        Assert.Equal(("1 of 2", "Inner; Training"), (warning.RawMessage, warning.Source));
        Assert.Equal("[Source=Inner; Training, Kind=Trace] Channel started", messages[0].Message);
        Assert.Equal("[Source=Inner; Training, Kind=Trace] Channel disposed", messages[^1].Message);
    }

    [Fact]
    public void A_message_without_arguments_is_not_formatted()
    {
        var context = new MLContext();
        string? text = null;
        context.Log += (_, message) => text = message.Kind == ChannelMessageKind.Info ? message.RawMessage : text;

        using (IChannel channel = ((IHostEnvironment)context).Start("C"))
            channel.Info(MessageSensitivity.None, "{braces}");

        Assert.Equal("{braces}", text);
    }

    [Fact]
    public void A_seed_fixes_the_randomness_of_hosts()
    {
        Assert.Equal(Draws(new MLContext(seed: 7)), Draws(new MLContext(seed: 7)));
        Assert.NotEqual(Draws(new MLContext(seed: 7)), Draws(new MLContext(seed: 8)));
        Assert.Equal(Draws(new MLContext(seed: 7), 3)[0], Draws(new MLContext(seed: 8), 3)[0]);

        static int[] Draws(IHostEnvironment context, int? seed = null) =>
            [context.Register("A", seed).Rand.Next(), context.Register("A").Rand.Next()];
    }

    [Fact]
    public void Settings_and_options_are_kept()
    {
        var context = new MLContext { GpuDeviceId = 1, FallbackToCpu = true, TempFilePath = "here" };

        Assert.Equal((1, true, "here"), (context.GpuDeviceId, context.FallbackToCpu, context.TempFilePath));
        Assert.Equal(
            (null, false, Path.GetTempPath()), (new MLContext().GpuDeviceId, new MLContext().FallbackToCpu, new MLContext().TempFilePath));
        Assert.True(context.TryAddOption("o", 1));
        Assert.False(context.TryAddOption("o", 2));
        context.SetOption("o", 3);
        Assert.True(context.TryGetOption("o", out int option));
        Assert.Equal(3, option);
        Assert.True(context.RemoveOption("o"));
        Assert.Equal(0, context.GetOptionOrDefault<int>("o"));
    }

    [Fact]
    public void Progress_is_checked_against_its_header()
    {
        using IProgressChannel progress = ((IHostEnvironment)new MLContext()).StartProgressChannel("Training");
        progress.SetHeader(new ProgressHeader(["loss"], ["epochs"]), entry => entry.SetProgress(0, 1, 2));

        progress.Checkpoint(0.5, 1, 2);

        Assert.Throws<InvalidOperationException>(() => progress.Checkpoint(0.5, 1, 2, 3));
    }
}
