using Microsoft.ML.KappaTune.Study;

namespace Microsoft.ML.KappaTune.Tests.Study;

public class RetentionStudyTests
{
    [Fact]
    public void All_options_are_checked_before_anything_is_read()
    {
        var request = new RetentionRequest
        {
            BaseModel = "absent",
            TunedModel = "absent",
            Texts = [],
            Options = new() { MaxWindows = 1 },
            Device = "gpu",
            Threads = -1,
        };
        var e = Assert.Throws<ArgumentException>(() => new RetentionStudy(request));
        Assert.Equal(
            "Options.MaxWindows is 1; allowed is 2 or more, which an interval takes. "
            + "Device is gpu; allowed is auto, cpu, cuda or cuda:0. Threads is -1; allowed is 0 or more. "
            + "(Parameter 'Options.MaxWindows')",
            e.Message);
    }
}
